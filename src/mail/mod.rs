//! Mail: what a notification says ([`letters`]), how it leaves ([`transport`]), and the worker in between ([`delivery`]).

pub mod delivery;
pub mod letters;
pub mod transport;
