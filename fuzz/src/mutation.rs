//! Random changes of inputs, the same for the same seed: what the ordinary test run does without libFuzzer.

/// A source of chance (xorshift64*).
#[derive(Debug, Clone)]
pub struct Chance(u64);

impl Chance {
    /// Begins at a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// A number below `end`; 0 if there is none.
    pub fn below(&mut self, end: usize) -> usize {
        match u64::try_from(end) {
            Ok(end) if end > 0 => usize::try_from((self.next() >> 11) % end).unwrap_or_default(),
            _ => 0,
        }
    }

    fn pick<'a, T: ?Sized + AsRef<[u8]>>(&mut self, from: &'a [Box<T>]) -> &'a [u8] {
        from.get(self.below(from.len()))
            .map_or(&[], |one| (**one).as_ref())
    }
}

/// Bytes at which parsers turn.
const TURNING: &[u8] = b"\"\\'()[]{}<>%&=+-.,:;/?#@*$ \n\r\t\0\x7f\xff\xc3";

/// What inputs are made of.
#[derive(Debug)]
pub struct Material {
    inputs: Vec<Box<[u8]>>,
    words: Vec<Box<[u8]>>,
    longest: usize,
}

impl Material {
    /// Inputs no longer than `longest`, out of these inputs and words.
    pub fn new(inputs: Vec<Vec<u8>>, words: Vec<Vec<u8>>, longest: usize) -> Self {
        let boxed = |list: Vec<Vec<u8>>| list.into_iter().map(Vec::into_boxed_slice).collect();
        Self {
            inputs: boxed(inputs),
            words: boxed(words),
            longest,
        }
    }

    /// An input that nobody wrote: one of the inputs, changed in one to eight ways.
    pub fn make(&self, chance: &mut Chance) -> Vec<u8> {
        let mut made = chance.pick(&self.inputs).to_vec();
        for _ in 0..=chance.below(8) {
            self.change(&mut made, chance);
        }
        made.truncate(self.longest);
        made
    }

    fn change(&self, made: &mut Vec<u8>, chance: &mut Chance) {
        let (start, end) = span(made.len(), chance);
        match chance.below(8) {
            0 => {
                let byte = u8::try_from(chance.below(256)).unwrap_or_default();
                made.splice(start..end.min(start + 1), [byte]);
            }
            1 => {
                let byte = TURNING.get(chance.below(TURNING.len())).copied();
                made.splice(start..start, byte);
            }
            2 => drop(made.drain(start..end)),
            3 => {
                // Up to the limits of lengths and depths.
                let times = 1 << chance.below(8);
                let part = made.get(start..end).unwrap_or_default().repeat(times);
                let room = self.longest.saturating_sub(made.len());
                made.splice(start..start, part.into_iter().take(room));
            }
            4 | 5 => {
                let word = chance.pick(&self.words).to_vec();
                let until = if chance.below(2) == 0 { start } else { end };
                made.splice(start..until, word);
            }
            6 => {
                let other = chance.pick(&self.inputs);
                let (from, to) = span(other.len(), chance);
                made.splice(start..end, other.get(from..to).unwrap_or_default().to_vec());
            }
            _ => made.truncate(end),
        }
    }
}

/// Two places in this order, mostly near each other.
fn span(length: usize, chance: &mut Chance) -> (usize, usize) {
    let start = chance.below(length + 1);
    let most = if chance.below(4) == 0 { length } else { 16 };
    let end = (start + chance.below(most + 1)).min(length);
    (start, end)
}
