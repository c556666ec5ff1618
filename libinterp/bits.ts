/** A set of small numbers; others are never in it. The first 32 are a field: most sets have no more, and there are many. */
export class Bits {
	#first = 0;
	readonly #more: Int32Array | undefined;

	/** For numbers below `n`. */
	constructor(n: number) {
		this.#more = n > 32 ? new Int32Array((n - 1) >> 5) : undefined;
	}

	has(k: number): boolean {
		return ((this.#word(k >> 5) >>> (k & 31)) & 1) !== 0;
	}

	add(k: number): void {
		this.#set(k >> 5, this.#word(k >> 5) | (1 << (k & 31)));
	}

	delete(k: number): void {
		this.#set(k >> 5, this.#word(k >> 5) & ~(1 << (k & 31)));
	}

	clear(): void {
		this.#first = 0;
		this.#more?.fill(0);
	}

	fill(): void {
		this.#first = -1;
		this.#more?.fill(-1);
	}

	copy(other: Bits): void {
		this.#first = other.#first;
		if (other.#more !== undefined) this.#more?.set(other.#more);
	}

	clone(): Bits {
		const b = new Bits(this.#length << 5);
		b.copy(this);
		return b;
	}

	/** Leaves only what is in `other` too; says whether anything went. */
	meet(other: Bits): boolean {
		let gone = false;
		for (let w = 0; w < this.#length; w++) {
			const before = this.#word(w);
			const after = before & other.#word(w);
			if (after === before) continue;
			this.#set(w, after);
			gone = true;
		}
		return gone;
	}

	/** Adds what is in `other`; says whether that was news. */
	join(other: Bits): boolean {
		let news = this.#add(0, other.#first);
		for (let w = 1; w < this.#length; w++) news = this.#add(w, other.#word(w)) || news;
		return news;
	}

	/** Adds what is in `other` and not in `without`; says whether that was news. */
	joinWithout(other: Bits, without: Bits): boolean {
		let news = this.#add(0, other.#first & ~without.#first);
		for (let w = 1; w < this.#length; w++) news = this.#add(w, other.#word(w) & ~without.#word(w)) || news;
		return news;
	}

	each(visit: (k: number) => void): void {
		for (let w = 0; w < this.#length; w++)
			for (let rest = this.#word(w); rest !== 0; rest &= rest - 1) visit((w << 5) + 31 - Math.clz32(rest & -rest));
	}

	/** Equal for equal sets of the same size. */
	get key(): string {
		return this.#more === undefined ? String(this.#first) : `${this.#first},${this.#more.join()}`;
	}

	// By words.

	get #length(): number {
		return this.#more === undefined ? 1 : 1 + this.#more.length;
	}

	#word(w: number): number {
		return w === 0 ? this.#first : (this.#more?.[w - 1] as number);
	}

	#set(w: number, bits: number): void {
		if (w === 0) this.#first = bits;
		else if (this.#more !== undefined) this.#more[w - 1] = bits;
	}

	#add(w: number, bits: number): boolean {
		const before = this.#word(w);
		const after = before | bits;
		if (after === before) return false;
		this.#set(w, after);
		return true;
	}
}
