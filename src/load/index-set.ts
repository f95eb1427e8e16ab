/** A set of small whole numbers, one bit each: a window of a million claims takes 125 kB. */
export class IndexSet {
  #bits = new Uint8Array(1024);
  #size = 0;
  #last = -1;

  get size(): number {
    return this.#size;
  }

  /** The greatest member; -1 where there is none. */
  get last(): number {
    return this.#last;
  }

  has(index: number): boolean {
    return ((this.#bits[index >>> 3] ?? 0) & (1 << (index & 7))) !== 0;
  }

  /** False where it was a member already. */
  add(index: number): boolean {
    if (this.has(index)) return false;
    const byte = index >>> 3;
    if (byte >= this.#bits.length) {
      const grown = new Uint8Array(Math.max(byte + 1, this.#bits.length * 2));
      grown.set(this.#bits);
      this.#bits = grown;
    }
    this.#bits[byte] = (this.#bits[byte] ?? 0) | (1 << (index & 7));
    this.#size += 1;
    this.#last = Math.max(this.#last, index);
    return true;
  }
}
