//! The configuration: one struct per section, read once at the start.
//!
//! Three layers, each overriding the one before: the defaults below, the file `fehlermelder.toml`, and environment
//! variables named `FEHLERMELDER_` and the key in capitals, with `__` between levels (`FEHLERMELDER_MAIL__FROM` is
//! `from` in `[mail]`). A secret may stand in a file of its own, named by the same variable with `_FILE` at its end.
//!
//! A key that nobody knows, or a value that cannot be, stops the start with one line that names the key and the place
//! where it was set. What each key means stands in `fehlermelder.example.toml`, which a test keeps complete.

mod check;
mod error;
mod secret_key;
mod sources;
#[cfg(test)]
mod tests;
mod values;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use ipnet::IpNet;
use lettre::Address;
use lettre::message::Mailbox;
use secrecy::SecretString;
use serde::Deserialize;

pub use self::error::ConfigError;
pub use self::secret_key::SecretKey;
pub use self::values::PublicUrl;
use crate::domain::second_factor::FactorDuty;

/// Names the configuration file when the command line does not.
pub const FILE_VARIABLE: &str = "FEHLERMELDER_CONFIG";
/// The configuration file that is read if it exists and no other is named.
pub const DEFAULT_FILE: &str = "fehlermelder.toml";

/// Everything that an operator decides.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// The address to listen on.
    #[serde(deserialize_with = "values::socket_address")]
    pub listen: SocketAddr,
    /// The address under which readers and editors reach us.
    pub public_url: PublicUrl,
    /// Where everything is stored: `sqlite://…` or `postgres://…`. May hold a password.
    pub database_url: SecretString,
    /// Whether `serve` brings the schema up to date before it begins.
    pub migrate_on_start: bool,
    /// The key from which reader links are derived, if it is not in [`Self::secret_key_file`].
    pub secret_key: Option<SecretString>,
    /// Where that key is kept, and created when it is missing.
    pub secret_key_file: PathBuf,
    /// The reverse proxies whose `Forwarded` and `X-Forwarded-For` are believed.
    #[serde(deserialize_with = "values::networks")]
    pub trusted_proxies: Vec<IpNet>,
    /// A folder of templates that replace the built-in ones of the same name.
    pub templates_dir: Option<PathBuf>,
    /// `[database]`
    pub database: Database,
    /// `[mail]`
    pub mail: Mail,
    /// `[intake]`
    pub intake: Intake,
    /// `[server]`
    pub server: Server,
    /// `[log]`
    pub log: Log,
    /// `[privacy]`
    pub privacy: Privacy,
    /// `[sessions]`
    pub sessions: Sessions,
    /// `[watch]`
    pub watch: Watch,
}

impl Default for Config {
    fn default() -> Self {
        let listen = SocketAddr::from(([127, 0, 0, 1], 8080));
        Self {
            listen,
            public_url: PublicUrl::of_address(listen),
            database_url: "sqlite://fehlermelder.db".into(),
            migrate_on_start: true,
            secret_key: None,
            secret_key_file: "fehlermelder.key".into(),
            trusted_proxies: Vec::new(),
            templates_dir: None,
            database: Database::default(),
            mail: Mail::default(),
            intake: Intake::default(),
            server: Server::default(),
            log: Log::default(),
            privacy: Privacy::default(),
            sessions: Sessions::default(),
            watch: Watch::default(),
        }
    }
}

impl Config {
    /// Reads the file at `path`, or the one that [`FILE_VARIABLE`] names, or [`DEFAULT_FILE`] if there is one, and
    /// then the environment.
    ///
    /// # Errors
    ///
    /// One line that names the key, or the file that cannot be read.
    pub fn load(path: Option<&Path>) -> Result<Self, ConfigError> {
        let environment: Vec<_> = std::env::vars_os().collect();
        let named = environment
            .iter()
            .find(|(name, value)| name == FILE_VARIABLE && !value.is_empty())
            .map(|(_, value)| PathBuf::from(value));
        let file = match path.map(Path::to_owned).or(named) {
            Some(path) => Some(sources::File::read(path)?),
            None => sources::File::read_if_present(DEFAULT_FILE.into())?,
        };
        Self::from_sources(file, environment)
    }

    /// The key from which reader links are derived: [`Self::secret_key`], else the content of
    /// [`Self::secret_key_file`], which is created with a new key where it is missing.
    ///
    /// # Errors
    ///
    /// [`ConfigError::KeyFile`] when the file cannot be read or made, or holds no key.
    pub fn load_or_create_secret_key(&self) -> Result<SecretKey, ConfigError> {
        secret_key::load_or_create(self.secret_key.as_ref(), &self.secret_key_file)
    }
}

/// `[database]`: how the store is used.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Database {
    /// Connections of this instance to PostgreSQL at the same time.
    pub max_connections: u32,
}

impl Default for Database {
    fn default() -> Self {
        Self {
            max_connections: 10,
        }
    }
}

/// How mails leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum MailTransport {
    /// One `.eml` file each, in [`Mail::dir`].
    File,
    /// Through the relay at [`Mail::url`].
    Smtp,
}

/// `[mail]`: from whom, which way and how fast mails go.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Mail {
    /// Whether mails are sent at all. If not, they wait.
    pub enabled: bool,
    /// Files or SMTP.
    pub transport: MailTransport,
    /// The relay, with its password. Present when the transport is SMTP.
    pub url: Option<SecretString>,
    /// The folder for mails as files.
    pub dir: PathBuf,
    /// The sender that people see.
    #[serde(deserialize_with = "values::mailbox")]
    pub from: Mailbox,
    /// Where answers go, if not to the sender.
    #[serde(deserialize_with = "values::optional_mailbox")]
    pub reply_to: Option<Mailbox>,
    /// The sender that relays see and bounces go to, if not [`Self::from`].
    #[serde(deserialize_with = "values::optional_address")]
    pub envelope_from: Option<Address>,
    /// How long sending one mail may take.
    pub send_timeout_seconds: u64,
    /// Mails a minute to the relay; 0 for as fast as it takes them.
    pub rate_per_minute: u32,
    /// Alerts an editor and hour, before the rest is bundled into one.
    pub alerts_per_hour: u32,
}

impl Default for Mail {
    fn default() -> Self {
        Self {
            enabled: true,
            transport: MailTransport::File,
            url: None,
            dir: "mails".into(),
            from: values::default_sender(),
            reply_to: None,
            envelope_from: None,
            send_timeout_seconds: 60,
            rate_per_minute: 120,
            alerts_per_hour: 10,
        }
    }
}

/// `[intake]`: what readers may send.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Intake {
    /// Reports a minute and network; 0 for no limit.
    pub rate_limit: u32,
    /// Reports a network may send at once before the rate applies; as many as in a minute unless said otherwise.
    pub burst: Option<u32>,
    /// A form filled in faster than this was filled in by a program.
    pub min_fill_ms: u64,
    /// Bytes of one submission.
    pub max_body_bytes: usize,
}

impl Default for Intake {
    fn default() -> Self {
        Self {
            rate_limit: 10,
            burst: None,
            min_fill_ms: 700,
            max_body_bytes: 64 * 1024,
        }
    }
}

/// Who may read the operator's figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum MetricsAccess {
    /// Nobody: nothing is counted.
    Off,
    /// Programs on this machine.
    Loopback,
    /// Everybody who reaches the server.
    All,
}

/// `[server]`: what a client may cost us.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Server {
    /// Connections at the same time.
    pub max_connections: usize,
    /// For the head of a request.
    pub header_timeout_seconds: u64,
    /// For the body of a request.
    pub body_timeout_seconds: u64,
    /// For a handler.
    pub request_timeout_seconds: u64,
    /// For a connection that rests between two requests.
    pub idle_timeout_seconds: u64,
    /// For a client that does not take its answer.
    pub write_timeout_seconds: u64,
    /// For requests in flight when we are told to stop.
    pub shutdown_seconds: u64,
    /// Who may read `/metrics`.
    pub metrics: MetricsAccess,
    /// Whether browsers are told to use nothing but https; only where [`Config::public_url`] is an https one.
    pub hsts: bool,
}

impl Default for Server {
    fn default() -> Self {
        Self {
            max_connections: 2_000,
            header_timeout_seconds: 10,
            body_timeout_seconds: 15,
            request_timeout_seconds: 30,
            idle_timeout_seconds: 75,
            write_timeout_seconds: 15,
            shutdown_seconds: 25,
            metrics: MetricsAccess::Loopback,
            hsts: true,
        }
    }
}

/// The form of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum LogFormat {
    /// A line for people.
    Pretty,
    /// A JSON object a line.
    Json,
}

/// `[log]`: what is logged, and how.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Log {
    /// For people or for programs.
    pub format: LogFormat,
    /// A level, or directives such as `info,fehlermelder::mail=debug`. `RUST_LOG` goes before it.
    pub level: String,
}

impl Default for Log {
    fn default() -> Self {
        Self {
            format: LogFormat::Pretty,
            level: "info".to_owned(),
        }
    }
}

/// `[privacy]`: how long what readers told us about themselves is kept.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Privacy {
    /// A reader's address, after the ticket was closed.
    pub contact_days_after_closing: u32,
    /// An address whose owner never confirmed it.
    pub unconfirmed_contact_days: u32,
    /// Mails that have been sent.
    pub sent_mail_days: u32,
}

impl Default for Privacy {
    fn default() -> Self {
        Self {
            contact_days_after_closing: 90,
            unconfirmed_contact_days: 7,
            sent_mail_days: 30,
        }
    }
}

/// `[sessions]`: how long a sign-in lasts, and what it takes.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Sessions {
    /// Without any request.
    pub idle_hours: u32,
    /// In all.
    pub absolute_days: u32,
    /// Who must have a second factor.
    #[serde(deserialize_with = "values::factor_duty")]
    pub second_factor: FactorDuty,
}

impl Default for Sessions {
    fn default() -> Self {
        Self {
            idle_hours: 8,
            absolute_days: 7,
            second_factor: FactorDuty::Off,
        }
    }
}

/// `[watch]`: how articles are looked at again.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Watch {
    /// Whether pages are fetched at all.
    pub enabled: bool,
    /// Between two looks at an article whose ticket is minutes old.
    pub shortest_minutes: u32,
    /// Between two looks at any article that is watched.
    pub longest_hours: u32,
    /// Between two pages of one host.
    pub pause_ms: u64,
    /// Hosts that may lead to addresses that are not public.
    #[serde(deserialize_with = "values::hosts")]
    pub inner_hosts: Vec<String>,
    /// With less room left on the disk, no page is fetched and no version stored.
    pub min_free_mib: u64,
    /// Until a version that is not shown any more is deleted, where the site does not say.
    pub version_days: u32,
}

impl Default for Watch {
    fn default() -> Self {
        Self {
            enabled: true,
            shortest_minutes: 5,
            longest_hours: 24,
            pause_ms: 1_000,
            inner_hosts: Vec::new(),
            min_free_mib: 512,
            version_days: 365,
        }
    }
}
