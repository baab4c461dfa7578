/** Longest text that domestic providers take, with signature and opt-out text. */
export const smsUnitsMax = 500

/**
 * Parts as billed for domestic SMS: UTF-16 units of the final text, every character of the basic plane 1, emoji 2; up to 70 is one part,
 * more is cut into parts of 67 (`channels.md` §6.1; three vendors agree). Also for plain ASCII.
 */
export function smsParts(units: number): number {
  return units <= 70 ? 1 : Math.ceil(units / 67)
}
