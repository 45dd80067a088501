//! What the help panel says, by address. Words only.

/// The help of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Topic {
    /// Its heading.
    pub(crate) title: &'static str,
    /// What is asked, and the answer.
    pub(crate) said: &'static [(&'static str, &'static str)],
}

/// The help of the page at an address.
pub(crate) fn topic(path: &str) -> Topic {
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    match parts.as_slice() {
        ["check"] | ["integrations", _, "check-upload"] => CHECK,
        ["integrations", _, "settings"] => SETTINGS,
        ["integrations", _, "data-format"] => DATA_FORMAT,
        ["integrations", _, "credentials"] => CREDENTIALS,
        ["integrations", _, "data-explorer", ..] => DATA_EXPLORER,
        ["integrations", _, "api-sandbox"] => SANDBOX,
        ["users", ..] => USERS,
        ["groups"] => GROUPS,
        ["audit"] => AUDIT,
        ["settings" | "profile"] => WORKSPACE,
        _ => INTEGRATIONS,
    }
}

const CHECK: Topic = Topic {
    title: "Checking a file",
    said: &[
        (
            "Where does my file go?",
            "Nowhere until you ask for the plan or the upload. It is read and checked inside this browser.",
        ),
        (
            "All or nothing",
            "An upload with one error changes nothing. Mend the cell, map the value, or leave the row out.",
        ),
        (
            "A blank cell",
            "Keeps what the directory has, but clears a manager and the groups that somebody manages. Each column can be set \
             otherwise. The cell <clear> always clears.",
        ),
        (
            "A column that is not there",
            "Changes nothing. So does a person who is not in the file, unless the integration takes full snapshots.",
        ),
        (
            "Who is who",
            "The e-mail address tells: a known one updates, a new one creates. Nobody is ever deleted by an upload.",
        ),
        (
            "Changed your mind?",
            "The result has Undo, and so has the upload in the Data Explorer.",
        ),
    ],
};

const INTEGRATIONS: Topic = Topic {
    title: "Integrations",
    said: &[
        (
            "What is an integration?",
            "One way in for files of users: with its own name, file format, columns, tokens and uploads.",
        ),
        (
            "How do I begin?",
            "Enable one, check a file by hand, save its columns as the mapping. Then let a program send the next one.",
        ),
        (
            "May I try first?",
            "Check a file needs no integration and sends nothing at all.",
        ),
    ],
};

const SETTINGS: Topic = Topic {
    title: "Settings of an integration",
    said: &[
        (
            "Admin Email Address",
            "Is told, at most once an hour, when uploads fail, are held by a limit, or a token is about to end.",
        ),
        (
            "Sandbox mode",
            "Marks the uploads. They still create and change users. To change nothing, ask for a plan.",
        ),
        (
            "Full snapshot",
            "Every file names everybody: users whom this integration manages and whom a file misses are deactivated. Never \
             admins, never by an empty file, never beyond the limit.",
        ),
        (
            "Limits",
            "An upload that crosses one changes nothing and waits in the Data Explorer for a person.",
        ),
        (
            "Disabling",
            "Its tokens stop at once. The users, uploads and settings stay.",
        ),
    ],
};

const DATA_FORMAT: Topic = Topic {
    title: "Data Format",
    said: &[
        (
            "API field",
            "How a field is called in your file: the header of a column, or a JSON key. Capitals count; 43 characters at most.",
        ),
        (
            "Value map",
            "What a text of your file means, such as Terminated for False. The file stays as it is.",
        ),
        (
            "Groups",
            "A new name makes a new group, unless you say that it is an error. Group types are never made by an upload.",
        ),
        (
            "Group Manager",
            "Names separated by semicolons: exactly these groups afterwards. An empty cell takes all away.",
        ),
        ("Versions", "Every saved mapping is kept. Restoring one saves it anew."),
    ],
};

const CREDENTIALS: Topic = Topic {
    title: "Credentials",
    said: &[
        (
            "AUTH_TOKEN",
            "Shown once, then kept only as a digest. Lost it? Rotate it: a new one takes its place.",
        ),
        (
            "Rotating",
            "The old token stays good for as long as you say, so that nothing breaks between the two.",
        ),
        (
            "ENDPOINT",
            "Ends with a slash. Without it, the answer is 308 with the right address, and nothing is stored.",
        ),
    ],
};

const DATA_EXPLORER: Topic = Topic {
    title: "Data Explorer",
    said: &[
        (
            "What is listed?",
            "Everything this integration received, also what was refused or waits for a person.",
        ),
        (
            "Held",
            "The upload crosses a limit. Look at what it would change, then allow or reject it. Allowing applies exactly the \
             plan that you looked at.",
        ),
        (
            "Undo",
            "Is a plan, too: what is put back, what stays because somebody changed it since, and what can't be put back and why.",
        ),
    ],
};

const SANDBOX: Topic = Topic {
    title: "API Sandbox",
    said: &[
        (
            "Does it change anything?",
            "Not unless you choose to really send. Check and plan store nothing.",
        ),
        (
            "Whose rights?",
            "Yours. It never asks for a token; the line to copy has $TOKEN in its place.",
        ),
    ],
};

const USERS: Topic = Topic {
    title: "Users",
    said: &[
        (
            "Deactivated users",
            "Keep their data, can't sign in, can't be managers, and can come back. Nobody is deleted.",
        ),
        (
            "Exports",
            "Are written in an integration's own headers: uploaded unchanged, they change nothing.",
        ),
        (
            "A new e-mail address",
            "Only a person sets one. In uploads the address is the key: a file with the new one must come after it.",
        ),
    ],
};

const GROUPS: Topic = Topic {
    title: "Groups",
    said: &[
        (
            "Types and groups",
            "A user is a member of at most one group of a type, and manages any number.",
        ),
        (
            "Misspelt groups",
            "Merge them: the members go over, the other one goes away. You see the plan first.",
        ),
        (
            "Renaming",
            "A file with the old spelling makes a new group. Map the old name, or mend the file.",
        ),
    ],
};

const AUDIT: Topic = Topic {
    title: "Audit",
    said: &[
        (
            "What is here?",
            "Every change: who, when, through what, before and after. It can't be edited.",
        ),
        (
            "Request id",
            "Is also in every error answer and in the server's log, so that one leads to the other.",
        ),
    ],
};

const WORKSPACE: Topic = Topic {
    title: "Settings",
    said: &[
        (
            "Full and limited admins",
            "A full admin may do everything; a limited one edits users and groups. The last active admin can't be removed.",
        ),
        (
            "API keys",
            "Are for scripts that use the admin API. Give each no more than it needs.",
        ),
    ],
};
