//! Which rule joined a report to its ticket.

closed_set! {
    /// Which rule joined a report to its ticket.
    Rule {
        /// The report opened the ticket.
        Opened = "opened",
        /// The same words are to become the same others.
        SameCorrection = "same_correction",
        /// The words to be changed intersect.
        SameWords = "same_words",
        /// The marked words overlap.
        Overlap = "overlap",
        /// The same part with the same suggestion.
        SamePart = "same_part",
        /// An editor put it there.
        Editor = "editor",
    }
}
