//! How much a look-up does. Nothing is counted but in tests, which hold it to bounds that do not grow with the text
//! ([`super::bounds`]).

/// Says that so many small steps are taken: a cell of a table, a token or a byte compared, a place looked at.
#[inline]
pub(super) fn steps(count: usize) {
    #[cfg(test)]
    counting::STEPS.set(counting::STEPS.get() + count);
    #[cfg(not(test))]
    let _ = count;
}

/// Says that so many bytes of the text are searched for the quote.
#[inline]
pub(super) fn searched(bytes: usize) {
    #[cfg(test)]
    counting::SEARCHED.set(counting::SEARCHED.get() + bytes);
    #[cfg(not(test))]
    let _ = bytes;
}

#[cfg(test)]
pub(super) mod counting {
    use std::cell::Cell;

    thread_local! {
        pub(super) static STEPS: Cell<usize> = const { Cell::new(0) };
        pub(super) static SEARCHED: Cell<usize> = const { Cell::new(0) };
    }

    /// What something comes to, the steps it took and the bytes it searched.
    pub(in crate::domain::anchoring) fn count<T>(what: impl FnOnce() -> T) -> (T, usize, usize) {
        STEPS.set(0);
        SEARCHED.set(0);
        let result = what();
        (result, STEPS.get(), SEARCHED.get())
    }
}
