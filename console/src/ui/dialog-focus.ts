/** Inputs that are typed into: with two of them and no button of its own, no browser sends a form on Enter. */
const typed = 'input:is([type=text], [type=email], [type=password], [type=search], [type=tel], [type=url], [type=number], :not([type]))'
const fields = 'input:not([type=hidden], :disabled), textarea:not(:disabled), select:not(:disabled)'

/**
 * Keeps the keyboard where the eye is, for every dialog and drawer: one that opens on a form begins in its first field (without motion the library
 * begins on the cross), and one that goes hands the focus back to what opened it, also where the page takes it away instead of closing it. Enter in a field sends
 * the form, whose button stands outside of it.
 */
export function keepDialogFocus(): () => void {
  const openers = new Map<Element, HTMLElement>()
  let before: HTMLElement | undefined
  // The dialog that has just opened, until somebody does something: drawers take the focus back for their box once they have slid in.
  let fresh: Element | undefined
  const onInput = (event: Event): void => {
    fresh = undefined
    if (event instanceof KeyboardEvent) sendOnEnter(event)
  }
  const onFocus = ({ target }: FocusEvent): void => {
    if (!(target instanceof HTMLElement)) return
    const dialog = dialogOf(target)
    if (dialog && before && !openers.has(dialog) && !dialog.contains(before)) {
      openers.set(dialog, before)
      fresh = dialog
    }
    before = target
    if (dialog && dialog === fresh && isFrame(target)) firstField(dialog)?.focus({ preventScroll: true })
  }
  // Portals stand right below the body.
  const gone = new MutationObserver(() => {
    for (const [dialog, opener] of openers) {
      if (dialog.isConnected) continue
      openers.delete(dialog)
      if (document.activeElement === document.body && opener.isConnected) opener.focus({ preventScroll: true })
    }
  })
  gone.observe(document.body, { childList: true })
  document.addEventListener('focusin', onFocus)
  for (const kind of ['pointerdown', 'keydown']) document.addEventListener(kind, onInput, true)
  return () => {
    gone.disconnect()
    document.removeEventListener('focusin', onFocus)
    for (const kind of ['pointerdown', 'keydown']) document.removeEventListener(kind, onInput, true)
  }
}

function dialogOf(target: HTMLElement): Element | null {
  return target.closest('[role=dialog]') ?? (target.matches('.ant-drawer') ? target.querySelector('[role=dialog]') : null)
}

/** Not yet a part of what the dialog says: its box, or its cross. */
const isFrame = (target: HTMLElement): boolean => target.matches('[role=dialog], .ant-drawer, .ant-modal-close, .ant-drawer-close')

/** Drawers also show things: only one with a form is there to be filled in. */
function firstField(dialog: Element): HTMLElement | undefined {
  const body = dialog.querySelector('.ant-modal-body, .ant-drawer-body form')
  return [...(body?.querySelectorAll<HTMLElement>(fields) ?? [])].find((field) => field.offsetParent !== null)
}

function sendOnEnter({ key, isComposing, target }: KeyboardEvent): void {
  if (key !== 'Enter' || isComposing || !(target instanceof HTMLInputElement) || !target.matches(typed) || target.role === 'combobox') return
  // Enter in a calendar chooses the day.
  if (target.closest('.ant-picker')) return
  const { form } = target
  if (!form?.closest('[role=dialog]') || form.querySelector('[type=submit]')) return
  // A single field sends its form by itself.
  if (form.querySelectorAll(typed).length < 2) return
  // After the field itself has taken what was typed.
  setTimeout(() => {
    if (form.isConnected) form.requestSubmit()
  })
}
