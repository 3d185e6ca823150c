// An authenticator application: TOTP (RFC 6238) with SHA-1, six digits, steps of thirty seconds.

import { createHmac } from "node:crypto";

const STEP = 30;
const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** The bytes of a key as people type it (RFC 4648 §6). */
function bytes(key) {
  const bits = [...key.replaceAll(/\s/g, "")].map((letter) => BASE32.indexOf(letter).toString(2).padStart(5, "0"));
  return Buffer.from(bits.join("").match(/.{8}/g).map((byte) => parseInt(byte, 2)));
}

/** The code of the step that is `later` steps after the one of `seconds` (RFC 4226 §5.3). */
export function code(key, { later = 0, seconds = Date.now() / 1000 } = {}) {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(seconds / STEP) + later));
  const tag = createHmac("sha1", bytes(key)).update(counter).digest();
  const number = tag.readUInt32BE(tag.at(-1) & 0xf) & 0x7fff_ffff;
  return String(number % 1_000_000).padStart(6, "0");
}
