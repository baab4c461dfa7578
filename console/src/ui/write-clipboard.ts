/** Puts text into the clipboard. That of browsers exists only on HTTPS and localhost; elsewhere a hidden field does the same. */
export async function writeClipboard(value: string): Promise<void> {
  if (isSecureContext) return navigator.clipboard.writeText(value)
  const field = document.createElement('textarea')
  field.value = value
  document.body.append(field)
  field.select()
  document.execCommand('copy')
  field.remove()
}
