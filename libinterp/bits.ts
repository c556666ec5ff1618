/** A set of small numbers. */
export class Bits {
	readonly words: Int32Array;

	/** For numbers below `n`. */
	constructor(n: number) {
		this.words = new Int32Array((n + 31) >> 5);
	}

	has(k: number): boolean {
		return (((this.words[k >> 5] as number) >>> (k & 31)) & 1) !== 0;
	}

	add(k: number): void {
		this.words[k >> 5] = (this.words[k >> 5] as number) | (1 << (k & 31));
	}

	delete(k: number): void {
		this.words[k >> 5] = (this.words[k >> 5] as number) & ~(1 << (k & 31));
	}

	clear(): void {
		this.words.fill(0);
	}

	fill(): void {
		this.words.fill(-1);
	}

	copy(other: Bits): void {
		this.words.set(other.words);
	}

	clone(): Bits {
		const b = new Bits(this.words.length << 5);
		b.copy(this);
		return b;
	}

	/** Adds what is in `other`; says whether that was news. */
	join(other: Bits): boolean {
		const { words } = this;
		let news = false;
		for (let w = 0; w < words.length; w++) {
			const before = words[w] as number;
			const after = before | (other.words[w] as number);
			if (after === before) continue;
			words[w] = after;
			news = true;
		}
		return news;
	}

	/** Adds what is in `other` and not in `without`; says whether that was news. */
	joinWithout(other: Bits, without: Bits): boolean {
		const { words } = this;
		let news = false;
		for (let w = 0; w < words.length; w++) {
			const before = words[w] as number;
			const after = before | ((other.words[w] as number) & ~(without.words[w] as number));
			if (after === before) continue;
			words[w] = after;
			news = true;
		}
		return news;
	}

	each(visit: (k: number) => void): void {
		const { words } = this;
		for (let w = 0; w < words.length; w++)
			for (let rest = words[w] as number; rest !== 0; rest &= rest - 1) visit((w << 5) + 31 - Math.clz32(rest & -rest));
	}

	/** Equal for equal sets of the same size. */
	get key(): string {
		return this.words.length === 1 ? String(this.words[0]) : this.words.join();
	}
}
