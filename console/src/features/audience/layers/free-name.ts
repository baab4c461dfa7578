/** The name itself, or with the first number that nobody has taken: `RFM 重要价值 2`. */
export function freeName(name: string, taken: readonly string[]): string {
  let candidate = name
  for (let number = 2; taken.includes(candidate); number += 1) candidate = `${name} ${number}`
  return candidate
}
