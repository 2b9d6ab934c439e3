//! Mail: what a notification says ([`letters`]), how it leaves ([`transport`]), and the worker in between ([`delivery`]; who gets a mail at all stands in `fan_out`).

pub mod delivery;
pub mod envelope;
mod fan_out;
pub mod letters;
mod mailbox;
pub mod transport;
