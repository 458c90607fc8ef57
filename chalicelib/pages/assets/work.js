// Proof of work: what the API asks for before it looks at a query code, where many were tried from one network.
//
// SHA-256 (FIPS 180-4) written out, because the browser's own takes a turn of the event loop for each hash and is there
// over TLS only. What comes before the nonce is hashed once.

const MOST_BITS = 24;
const AT_ONCE = 8192;
const START = [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];
const K = new Uint32Array([
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
]);
const W = new Uint32Array(64);

function block(state, bytes, from) {
  for (let i = 0; i < 16; i++) {
    const at = from + 4 * i;
    W[i] = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
  }
  for (let i = 16; i < 64; i++) {
    const x = W[i - 15];
    const y = W[i - 2];
    W[i] = W[i - 16] + W[i - 7] + (turn(x, 7) ^ turn(x, 18) ^ (x >>> 3)) + (turn(y, 17) ^ turn(y, 19) ^ (y >>> 10));
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let i = 0; i < 64; i++) {
    const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + K[i] + W[i]) | 0;
    const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + one) | 0;
    d = c;
    c = b;
    b = a;
    a = (one + two) | 0;
  }
  return [a, b, c, d, e, f, g, h].map((word, i) => (state[i] + word) | 0);
}

const turn = (word, by) => (word >>> by) | (word << (32 - by));

/** Return the hash of bytes as eight words, going on from a state after `before` bytes (a multiple of 64). */
export function sha256(bytes, state = START, before = 0) {
  const padded = new Uint8Array(Math.ceil((bytes.length + 9) / 64) * 64);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  new DataView(padded.buffer).setUint32(padded.length - 4, 8 * (before + bytes.length));
  for (let from = 0; from < padded.length; from += 64) state = block(state, padded, from);
  return state;
}

function zeros(words) {
  const first = words.findIndex((word) => word !== 0);
  return first < 0 ? 256 : 32 * first + Math.clz32(words[first]);
}

/** Return the hash of a text as hexadecimal digits. */
export function hexadecimal(text) {
  return sha256(new TextEncoder().encode(text)).map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}

/** Return a nonce that answers a challenge, without making the page stand still. */
export async function solve({ challenge, bits }, number, code) {
  if (!(bits <= MOST_BITS)) throw new RangeError('work');
  const known = new TextEncoder().encode(`${challenge}\n${number}\n${code}\n`);
  const whole = known.length - (known.length % 64);
  let state = START;
  for (let from = 0; from < whole; from += 64) state = block(state, known, from);
  const rest = Array.from(known.subarray(whole));
  for (let nonce = 0; ; nonce++) {
    const digits = Array.from(String(nonce), (digit) => digit.charCodeAt(0));
    if (zeros(sha256(Uint8Array.from([...rest, ...digits]), state, whole)) >= bits) return String(nonce);
    if (nonce % AT_ONCE === AT_ONCE - 1) await new Promise((done) => setTimeout(done));
  }
}
