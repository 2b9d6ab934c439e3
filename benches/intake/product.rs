//! The whole product: a site, three editors to alert, `serve`.

use std::{
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use crate::program::{command, free_port, started};

/// Starts it on that database; its port and its site's key.
pub fn start(binary: &str, folder: &Path, database: &str) -> (Child, u16, String) {
    let port = free_port();
    let program = || command(binary, folder, database, port);
    let mut site = program();
    site.args([
        "site",
        "add",
        "--name",
        "Magazin",
        "--origin",
        "https://magazin.example",
        "--json",
    ]);
    let site: serde_json::Value = serde_json::from_str(&said_by(site)).unwrap();
    let key = site["key"].as_str().unwrap().to_owned();
    for n in 0..3 {
        let mut editor = program();
        editor.args([
            "editor",
            "add",
            "--name",
            &format!("Editor {n}"),
            "--role",
            "editor",
        ]);
        editor.args(["--email", &format!("editor{n}@example.org")]);
        said_by(editor);
    }
    let mut serve = program();
    serve
        .arg("serve")
        .env("FEHLERMELDER_INTAKE__RATE_LIMIT", "0")
        .env("FEHLERMELDER_WATCH__ENABLED", "false");
    (started(serve, port, Duration::from_mins(1)), port, key)
}

fn said_by(mut command: Command) -> String {
    let output = command
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    assert!(output.status.success(), "{command:?}");
    String::from_utf8(output.stdout).unwrap()
}
