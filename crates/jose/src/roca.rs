//! RSA moduli of the generator that CVE-2017-15361 ("ROCA") is about: their primes have the form
//! k·M + (65537^a mod M), M the product of the first primes, and can be found from the public key.

/// The odd primes up to 167, which divide M for every size of key.
const PRIMES: [u32; 38] = [
    3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97,
    101, 103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
];

const GENERATOR: u32 = 65537;

/// Whether the big-endian modulus is a power of 65537 modulo each of the primes, as every product of two
/// such primes is, and one other modulus in many millions.
pub(crate) fn is_suspect(modulus: &[u8]) -> bool {
    PRIMES
        .into_iter()
        .all(|prime| is_power(remainder(modulus, prime), prime))
}

fn remainder(modulus: &[u8], prime: u32) -> u32 {
    modulus.iter().fold(0, |remainder, &octet| {
        (remainder * 256 + u32::from(octet)) % prime
    })
}

/// Whether `wanted` is in the group that 65537 generates modulo `prime`.
fn is_power(wanted: u32, prime: u32) -> bool {
    let next = |power: u32| power * (GENERATOR % prime) % prime;
    std::iter::successors(Some(1), |&power| Some(next(power)))
        .take(prime as usize)
        .any(|power| power == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_of_the_generator_are_suspect_and_their_neighbours_are_not() {
        // 65537³ as octets: 0x0001_0003_0003_0001.
        assert!(is_suspect(&[0, 1, 0, 3, 0, 3, 0, 1]));
        assert!(is_suspect(&[1]));
        assert!(!is_suspect(&[0, 1, 0, 3, 0, 3, 0, 2]));
        assert!(!is_suspect(&[0xff; 256]));
        assert!(!is_suspect(&[2]));
        assert!(!is_suspect(&[]));
    }

    #[test]
    fn the_primes_are_the_odd_primes() {
        let is_prime = |n: &u32| (2..*n).all(|divisor| !n.is_multiple_of(divisor));
        let expected: Vec<u32> = (3..=167).filter(is_prime).collect();
        assert_eq!(PRIMES.as_slice(), expected);
    }
}
