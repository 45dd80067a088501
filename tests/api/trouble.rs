//! What stands between a caller and the server and makes trouble: a proxy that answers by itself, or loses answers.
//!
//! What it passes on, it passes on unchanged, to and from the real server.

use std::{
    io::{Read, Write},
    net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

/// What is done with a connection.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Step {
    /// Everything goes through.
    Pass,
    /// The request goes through; its answer is lost, and the connection breaks.
    LoseAnswer,
    /// This is answered, and the server hears nothing.
    Say(&'static str),
}

/// A way to one server on which things happen, connection by connection.
pub(crate) struct Way {
    address: SocketAddr,
    heads: Arc<Mutex<Vec<String>>>,
}

/// A port on which nothing listens.
pub(crate) fn silent_address() -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    listener.local_addr().unwrap()
}

impl Way {
    /// A way to the server at `url`; the last of `steps` is for all later connections too.
    pub(crate) fn to(url: &str, steps: &'static [Step]) -> Self {
        Self::at(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), url, steps)
    }

    /// The same, beginning at a given address.
    pub(crate) fn at(address: SocketAddr, url: &str, steps: &'static [Step]) -> Self {
        let listener = TcpListener::bind(address).unwrap();
        let address = listener.local_addr().unwrap();
        let server = url.strip_prefix("http://").unwrap().trim_end_matches('/').to_owned();
        let heads = Arc::<Mutex<Vec<String>>>::default();
        let heard = Arc::clone(&heads);
        thread::spawn(move || {
            for (at, caller) in listener.incoming().flatten().enumerate() {
                let step = steps[at.min(steps.len() - 1)];
                let (server, heard) = (server.clone(), Arc::clone(&heard));
                // A connection that breaks is what this is for.
                thread::spawn(move || walk(caller, &server, step, &heard));
            }
        });
        Self { address, heads }
    }

    /// The address of `path` at this end.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The heads of the requests, one a connection.
    pub(crate) fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }
}

fn walk(mut caller: TcpStream, server: &str, step: Step, heard: &Mutex<Vec<String>>) -> std::io::Result<()> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && caller.read(&mut byte)? > 0 {
        head.extend(byte);
    }
    heard.lock().unwrap().push(String::from_utf8_lossy(&head).into_owned());
    if let Step::Say(answer) = step {
        caller.write_all(answer.as_bytes())?;
        caller.shutdown(Shutdown::Write)?;
        // What is not read would reset the connection before the answer is read.
        std::io::copy(&mut caller, &mut std::io::sink())?;
        return Ok(());
    }
    let mut server = TcpStream::connect(server)?;
    server.write_all(&head)?;
    let (mut from_caller, mut to_server) = (caller.try_clone()?, server.try_clone()?);
    thread::spawn(move || std::io::copy(&mut from_caller, &mut to_server));
    match step {
        Step::LoseAnswer => {
            // Its first byte proves that the server is done.
            server.read_exact(&mut byte)?;
        }
        Step::Pass | Step::Say(_) => {
            std::io::copy(&mut server, &mut caller)?;
        }
    }
    caller.shutdown(Shutdown::Both)
}
