// What a stranger needs to check the register: the tree of RFC 6962 (proofs as RFC 9162 verifies them, sections 2.1.3.2
// and 2.1.4.2) and checkpoints as signed notes (C2SP tlog-checkpoint). Nothing here asks anything or shows anything.

const SIGNED_BY = 0x01; // C2SP signed-note: Ed25519
const utf8 = new TextEncoder();

/** Return the hash of a leaf's bytes. */
export function leafHash(leaf) {
  return sha256(Uint8Array.of(0), leaf);
}

function nodeHash(left, right) {
  return sha256(Uint8Array.of(1), left, right);
}

/** Return the SHA-256 of bytes, one part behind the other. */
export async function sha256(...parts) {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', await new Blob(parts).arrayBuffer()));
}

/** Return the root that a proof gives for a leaf at its place in a tree of a size; null where the proof has not its length. */
export async function rootOfInclusion(index, size, leaf, proof) {
  if (index >= size) return null;
  let [place, last, hash] = [index, size - 1, leaf];
  for (const beside of proof) {
    if (last === 0) return null;
    if (place % 2 === 1 || place === last) {
      hash = await nodeHash(beside, hash);
      while (place % 2 === 0 && place !== 0) [place, last] = [place / 2, Math.floor(last / 2)];
    } else hash = await nodeHash(hash, beside);
    [place, last] = [Math.floor(place / 2), Math.floor(last / 2)];
  }
  return last === 0 ? hash : null;
}

/** Return whether a tree of one size with one root is the beginning of another: so nothing of it was changed or taken out. */
export async function isConsistent(first, size, firstRoot, root, proof) {
  if (first > size) return false;
  if (first === size) return proof.length === 0 && same(firstRoot, root);
  if (first === 0) return proof.length === 0;
  const path = Number.isInteger(Math.log2(first)) ? [firstRoot, ...proof] : [...proof];
  if (!path.length) return false;
  let [place, last] = [first - 1, size - 1];
  while (place % 2 === 1) [place, last] = [Math.floor(place / 2), Math.floor(last / 2)];
  let [before, after] = [path[0], path[0]];
  for (const beside of path.slice(1)) {
    if (last === 0) return false;
    if (place % 2 === 1 || place === last) {
      [before, after] = [await nodeHash(beside, before), await nodeHash(beside, after)];
      while (place % 2 === 0 && place !== 0) [place, last] = [place / 2, Math.floor(last / 2)];
    } else after = await nodeHash(after, beside);
    [place, last] = [Math.floor(place / 2), Math.floor(last / 2)];
  }
  return last === 0 && same(before, firstRoot) && same(after, root);
}

/** Return whether two hashes are the same. */
export function same(one, other) {
  return one.length === other.length && one.every((byte, place) => byte === other[place]);
}

/** Return a signed note (C2SP signed-note): its lines, the bytes that are signed, and who signed; null where it is none. */
export function readNote(text) {
  const end = text.indexOf('\n\n');
  if (end < 0) return null;
  const signatures = text.slice(end + 2).split('\n').map((line) => line.match(/^\u2014 (\S+) ([A-Za-z0-9+/=]+)$/)).filter(Boolean);
  return {
    lines: text.slice(0, end).split('\n'),
    signed: utf8.encode(text.slice(0, end + 1)),
    signatures: signatures.map(([, name, coded]) => ({ name, raw: fromBase64(coded) })),
  };
}

/** Return a note as the checkpoint that it is; null where it is none, or says more than this page knows. */
export function readCheckpoint(text) {
  const note = readNote(text);
  const [origin, size, root] = note?.lines ?? [];
  if (note?.lines.length !== 3 || !/^(0|[1-9][0-9]{0,14})$/.test(size) || !/^[A-Za-z0-9+/]{43}=$/.test(root)) return null;
  return { ...note, origin, size: Number(size), root: fromBase64(root) };
}

/** Return a key as it is written down, `name+id+base64`; null where it is no Ed25519 key or not called by its own hash. */
export async function readKey(line) {
  const parts = line.match(/^([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/);
  if (!parts) return null;
  const [, name, id, coded] = parts;
  const raw = fromBase64(coded);
  if (raw.length !== 33 || raw[0] !== SIGNED_BY) return null;
  const digest = await sha256(utf8.encode(`${name}\n`), raw);
  return toHex(digest.slice(0, 4)) === id ? { line, name, id, raw: raw.slice(1) } : null;
}

/** Return whether a key signed a note. Raises NotSupportedError where the browser has no Ed25519. */
export async function isSignedBy(note, key) {
  const own = note.signatures.find(({ name, raw }) => name === key.name && raw.length === 68 && toHex(raw.slice(0, 4)) === key.id);
  if (!own) return false;
  const imported = await crypto.subtle.importKey('raw', key.raw, { name: 'Ed25519' }, false, ['verify']);
  return crypto.subtle.verify({ name: 'Ed25519' }, imported, own.raw.slice(4), note.signed);
}

/** Return bytes from base64. */
export function fromBase64(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

/** Return bytes as base64. */
export function toBase64(bytes) {
  return btoa(String.fromCharCode(...bytes));
}

/** Return bytes from small hexadecimal letters. */
export function fromHex(text) {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** Return bytes as small hexadecimal letters. */
export function toHex(bytes) {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
