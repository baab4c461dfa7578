const mime = 'application/x-hongyan-tags'

/** Puts tags into the hand of whoever drags. */
export function dragTags(transfer: DataTransfer, tagIds: readonly string[]): void {
  transfer.setData(mime, JSON.stringify(tagIds))
  transfer.effectAllowed = 'move'
}

/** The tags that were dropped; none when something else was. */
export function draggedTags(transfer: DataTransfer): string[] {
  const given = transfer.getData(mime)
  return given === '' ? [] : (JSON.parse(given) as string[])
}
