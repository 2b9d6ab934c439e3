//! How a list of tickets is shown.

closed_set! {
    /// What comes first.
    ListOrder {
        /// The ticket that came last.
        Newest = "newest",
        /// The one that weighs most ([`priority`](super::priority)). Closed tickets press nobody and are not in it.
        Pressing = "pressing",
    }
}

closed_set! {
    /// The shape of a list.
    ListShape {
        /// A row a ticket.
        Rows = "rows",
        /// All tickets of an article together.
        Articles = "articles",
    }
}

/// Which way a list is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// On to what stands below.
    Down,
    /// Back to what stands above.
    Up,
}
