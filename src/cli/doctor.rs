//! `doctor`: looks at everything a server needs, and says in words what is wrong. Changes nothing.

use clap::Args;
use serde::Serialize;

use super::{
    arguments::{Configured, Form},
    compose, output,
    output::one_line,
};

mod machine;
mod mail;
mod network;
mod store;

#[derive(Debug, Args)]
pub(super) struct DoctorArguments {
    #[command(flatten)]
    configured: Configured,
    #[command(flatten)]
    form: Form,
}

/// How something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Status {
    /// As it should be.
    Ok,
    /// Works, but somebody should know.
    Warn,
    /// The server will not do its work like this.
    Fail,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Finding {
    check: &'static str,
    status: Status,
    detail: String,
}

impl Finding {
    fn new(check: &'static str, status: Status, detail: impl Into<String>) -> Self {
        let detail: String = detail.into();
        Self {
            check,
            status,
            detail: detail.split_whitespace().collect::<Vec<_>>().join(" "),
        }
    }

    fn ok(check: &'static str, detail: impl Into<String>) -> Self {
        Self::new(check, Status::Ok, detail)
    }

    fn warn(check: &'static str, detail: impl Into<String>) -> Self {
        Self::new(check, Status::Warn, detail)
    }

    fn fail(check: &'static str, detail: impl Into<String>) -> Self {
        Self::new(check, Status::Fail, detail)
    }

    fn show(&self, form: Form) -> std::io::Result<()> {
        if form.json {
            return output::json_line(self);
        }
        let word = match self.status {
            Status::Ok => "ok",
            Status::Warn => "warn",
            Status::Fail => "FAIL",
        };
        output::line(&format!("{word:<5} {:<15} {}", self.check, self.detail))
    }
}

pub(super) async fn run(arguments: DoctorArguments) -> anyhow::Result<()> {
    let form = arguments.form;
    let mut failed = 0;
    let mut show = |findings: Vec<Finding>| -> std::io::Result<()> {
        for finding in findings {
            failed += usize::from(finding.status == Status::Fail);
            finding.show(form)?;
        }
        Ok(())
    };
    // Without a configuration there is nothing to look at: its error says which key.
    let config = compose::quiet_config(&arguments.configured)?;
    show(vec![Finding::ok("configuration", "every key is known")])?;
    show(machine::secret_key(&config))?;
    show(store::database(&config).await)?;
    show(vec![machine::file_descriptors(&config)])?;
    show(vec![mail::relay(&config).await])?;
    show(mail::sender(&config))?;
    show(network::public_url(&config).await)?;
    show(vec![machine::article_watch(&config)])?;
    match failed {
        0 => Ok(()),
        1 => anyhow::bail!("one check failed"),
        failed => anyhow::bail!("{failed} checks failed"),
    }
}
