import type { NamespaceRule } from '../../../../contracts/namespaces.ts'

type Ranked = Pick<NamespaceRule, 'key' | 'strength' | 'priority'>

/**
 * The priorities to change so that `key` takes the place of `target`, in rows as they are shown: by strength, then by priority. One when there
 * is room between its new neighbours, else those of its whole strength. None when the two are of different strengths: strength comes first.
 */
export function movePriority(rows: readonly Ranked[], key: string, target: string): { key: string; priority: number }[] {
  const moved = rows.find((row) => row.key === key)
  const aim = rows.find((row) => row.key === target)
  if (!moved || !aim || moved === aim || moved.strength !== aim.strength) return []
  const group = rows.filter((row) => row.strength === moved.strength)
  const others = group.filter((row) => row !== moved)
  const index = others.indexOf(aim) + (group.indexOf(moved) < group.indexOf(aim) ? 1 : 0)
  const before = others[index - 1]?.priority ?? 0
  const after = others[index]?.priority ?? Math.min(1001, before + 20)
  const middle = Math.floor((before + after) / 2)
  if (middle > before && middle < after) return [{ key, priority: middle }]
  return others.toSpliced(index, 0, moved).map((row, place) => ({ key: row.key, priority: (place + 1) * 10 }))
}
