//! Where each word of a text stands: seeds for places that may hold a passage.

use super::tokens::{Token, narrow};

/// The tokens of a text, and where each word occurs.
#[derive(Debug, Clone, Default)]
pub(super) struct WordIndex {
    pub(super) tokens: Vec<Token>,
    /// For each bucket of hashes where its tokens begin in `order`; one more at the end.
    heads: Vec<u32>,
    /// Indices of word tokens, bucket by bucket, ascending within each.
    order: Vec<u32>,
    shift: u32,
}

impl WordIndex {
    pub(super) fn new(tokens: Vec<Token>) -> Self {
        let bits = (tokens.len().max(2) - 1).ilog2() + 1;
        let shift = 32 - bits;
        let mut heads = vec![0_u32; (1 << bits) + 1];
        for token in tokens.iter().filter(|t| t.word) {
            heads[bucket(token.hash, shift) + 1] += 1;
        }
        let mut sum = 0;
        for head in &mut heads {
            sum += *head;
            *head = sum;
        }
        let mut order = vec![0; sum as usize];
        // Filled from behind, each head walks down to its bucket's beginning.
        let mut ends = heads.clone();
        for (at, token) in tokens.iter().enumerate().rev().filter(|(_, t)| t.word) {
            let end = &mut ends[bucket(token.hash, shift) + 1];
            *end -= 1;
            order[*end as usize] = narrow(at);
        }
        Self {
            tokens,
            heads,
            order,
            shift,
        }
    }

    /// The tokens that may be this word, ascending; strangers that share its bucket among them.
    pub(super) fn bucket(&self, hash: u32) -> &[u32] {
        let at = bucket(hash, self.shift);
        match (self.heads.get(at), self.heads.get(at + 1)) {
            (Some(&start), Some(&end)) => &self.order[start as usize..end as usize],
            _ => &[],
        }
    }

    /// The first token that ends after this byte.
    pub(super) fn token_at(&self, byte: usize) -> usize {
        self.tokens.partition_point(|t| t.end as usize <= byte)
    }
}

fn bucket(hash: u32, shift: u32) -> usize {
    (hash.wrapping_mul(0x9E37_79B1) >> shift) as usize
}

#[cfg(test)]
mod tests {
    use super::WordIndex;
    use crate::domain::anchoring::tokens::tokenise;

    #[test]
    fn every_word_is_found_where_it_stands() {
        let index = WordIndex::new(tokenise("eins zwei, eins drei. eins"));
        let hash = index.tokens[0].hash;
        let found: Vec<u32> = index
            .bucket(hash)
            .iter()
            .copied()
            .filter(|at| index.tokens[*at as usize].hash == hash)
            .collect();
        assert_eq!(found, [0, 3, 6]);
        assert!(WordIndex::new(Vec::new()).bucket(7).is_empty());
    }
}
