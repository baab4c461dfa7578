const optOutWords = new Set(['R', 'TD', 'T', 'N', 'QX', 'STOP', 'UNSUBSCRIBE', '退订', '拒收', '取消'])

/** A reply as keywords are compared: NFKC, without spaces and punctuation, upper-case. */
export function normaliseReply(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[\s\p{P}\p{S}\p{C}]/gu, '')
    .toUpperCase()
}

/** Whether a reply asks to stop: a keyword alone, or R or TD with the number that some networks have people add. */
export function isOptOut(text: string): boolean {
  const keyword = normaliseReply(text)
  return optOutWords.has(keyword) || /^(R|TD)\d+$/.test(keyword)
}
