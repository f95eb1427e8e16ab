const FIRST_ROOM = 1024;

/** Numbers without end, at eight bytes each. */
export class GrowingValues {
  #values = new Float64Array(FIRST_ROOM);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const grown = new Float64Array(this.#length * 2);
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values[this.#length] = value;
    this.#length += 1;
  }

  ordered(): Float64Array {
    return this.#values.slice(0, this.#length).sort();
  }
}
