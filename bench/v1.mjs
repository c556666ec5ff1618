// The six parts of jitbench by hand in JavaScript: same sizes, same results, same lines.
const divisor = Number(process.argv[2] ?? 1);
const repeats = (n) => (n < divisor ? 1 : Math.trunc(n / divisor));

function arithmetic(n) {
	let a = 1;
	let b = 2;
	let c = 3;
	for (let i = 0; i < n; i++) {
		a = (a + b) | 0;
		b = Math.imul(b, 3);
		c = (c - a) | 0;
		a ^= b;
		b &= 0xffff;
		c |= 1;
		a <<= 1;
		b >>= 1;
		c = (c + (a % 17)) | 0;
	}
	return (a + b + c) | 0;
}

function array(n) {
	const numbers = new Int32Array(1000);
	for (let i = 0; i < numbers.length; i++) numbers[i] = i;
	let sum = 0;
	for (let j = 0; j < n; j++) for (let i = 0; i < 1000; i++) sum = (sum + numbers[i]) | 0;
	return sum;
}

const add = (a, b) => (a + b) | 0;

function calls(n) {
	let sum = 0;
	for (let i = 0; i < n; i++) sum = (sum + add(i, i + 1)) | 0;
	return sum;
}

function fib(n) {
	return n <= 1 ? n : (fib(n - 1) + fib(n - 2)) | 0;
}

function fibs(n) {
	let sum = 0;
	for (let i = 0; i < n; i++) sum = (sum + fib(25)) | 0;
	return sum;
}

const LIMIT = 100000;

function sieve(n) {
	const prime = new Int32Array(LIMIT);
	let count = 0;
	for (let k = 0; k < n; k++) {
		prime.fill(1);
		prime[0] = 0;
		prime[1] = 0;
		for (let i = 2; i * i < LIMIT; i++) if (prime[i]) for (let j = i * i; j < LIMIT; j += i) prime[j] = 0;
		count = 0;
		for (let i = 0; i < LIMIT; i++) if (prime[i]) count++;
	}
	return count;
}

function nested(n, m, l) {
	let sum = 0;
	for (let i = 0; i < n; i++)
		for (let j = 0; j < m; j++) for (let k = 0; k < l; k++) sum = (sum + i + j + k) | 0;
	return sum;
}

const parts = {
	arithmetic: () => arithmetic(Math.trunc(10000000 / divisor)),
	array: () => array(Math.trunc(1000000 / divisor)),
	calls: () => calls(Math.trunc(1000000 / divisor)),
	fib: () => fibs(repeats(100)),
	sieve: () => sieve(repeats(10)),
	nested: () => nested(repeats(500), 500, 200),
};

let total = 0;
for (const [name, part] of Object.entries(parts)) {
	const began = performance.now();
	const result = part();
	const ms = Math.round(performance.now() - began);
	total += ms;
	console.log(`${name.padEnd(12)} ${String(result).padStart(12)} ${String(ms).padStart(8)} ms`);
}
console.log(`${"total".padEnd(25)} ${String(total).padStart(8)} ms`);
