/** Numbers and the sums of them, in a tree: one that changes, and one that is sought by a sum, cost its depth. */
export class SumTree {
  /** Each is the sum of the two below it, at twice its place and the next; the numbers themselves are the second half. */
  #sums = new Float64Array(2);

  get total(): number {
    return this.#sums[1] ?? 0;
  }

  value(place: number): number {
    return this.#sums[this.#room + place] ?? 0;
  }

  set(place: number, value: number): void {
    while (place >= this.#room) this.#grow();
    this.#sums[this.#room + place] = value;
    for (let at = (this.#room + place) >> 1; at > 0; at >>= 1) this.#sumUp(at);
  }

  /** The place at which the sum of all up to it passes this. */
  at(sum: number): number {
    let [at, left] = [1, sum];
    while (at < this.#room) {
      at *= 2;
      const its = this.#sums[at] ?? 0;
      // Where rounding leads past the last number above 0, that one is meant.
      if (left < its || this.#sums[at + 1] === 0) continue;
      left -= its;
      at++;
    }
    return at - this.#room;
  }

  get #room(): number {
    return this.#sums.length / 2;
  }

  #grow(): void {
    const numbers = this.#sums.subarray(this.#room);
    this.#sums = new Float64Array(2 * this.#sums.length);
    this.#sums.set(numbers, this.#room);
    for (let at = this.#room - 1; at > 0; at--) this.#sumUp(at);
  }

  #sumUp(at: number): void {
    this.#sums[at] = (this.#sums[2 * at] ?? 0) + (this.#sums[2 * at + 1] ?? 0);
  }
}
