//! The `wasm-bindgen` program, in the version that `Cargo.lock` names.

fn main() -> anyhow::Result<()> {
    wasm_bindgen_cli::wasm_bindgen::run_cli_with_args(std::env::args_os())
}
