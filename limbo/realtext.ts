/** A real in the fewest digits that give it back, as Inferno writes it: `.5`, `3.25`, `1e30`. */
export function realText(value: number): string {
	if (value === 0) return Object.is(value, -0) ? "-0" : "0";
	if (Number.isNaN(value)) return "NaN";
	if (!Number.isFinite(value)) return value < 0 ? "-Infinity" : "Infinity";
	const sign = value < 0 ? "-" : "";
	const [mantissa = "", exponent = "0"] = Math.abs(value).toExponential().split("e");
	const digits = mantissa.replace(".", "");
	const point = Number(exponent) + 1;
	if (point <= -4 || point > digits.length + 5) {
		const fraction = digits.length > 1 ? `.${digits.slice(1)}` : "";
		return `${sign}${digits[0]}${fraction}e${point - 1}`;
	}
	if (point <= 0) return `${sign}.${"0".repeat(-point)}${digits}`;
	if (digits.length <= point) return sign + digits.padEnd(point, "0");
	return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}
