import { useEffect, useRef } from 'react'

/**
 * Keys of a page as a whole, by `KeyboardEvent.key`. What is typed into a field, chosen in a list or asked by a dialog stays there; keys
 * with Ctrl, Alt or Meta are the browser's.
 */
export function useKeys(keys: Record<string, (() => void) | undefined>): void {
  const current = useRef(keys)
  useEffect(() => {
    current.current = keys
  })
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return
      const target = event.target as HTMLElement
      if (target.closest('input:not([type=checkbox]), textarea, select, [contenteditable], [role="combobox"], [role="dialog"], .ant-select')) return
      if (document.querySelector('.ant-modal-wrap:not([style*="display: none"])')) return
      const act = current.current[event.key]
      if (!act) return
      event.preventDefault()
      act()
    }
    window.addEventListener('keydown', listen)
    return () => window.removeEventListener('keydown', listen)
  }, [])
}
