import { Select, type SelectProps } from 'antd'
import type { DefaultOptionType } from 'antd/es/select'
import { useLayoutEffect, useRef, type ReactNode } from 'react'

/** antd's select with a name on the field and on its list, which antd leaves nameless (WCAG 4.1.2). */
export function NamedSelect<Value, Option extends DefaultOptionType = DefaultOptionType>({
  label,
  ...select
}: Omit<SelectProps<Value, Option>, 'aria-label' | 'popupRender'> & { label: string }) {
  return <Select<Value, Option> {...select} aria-label={label} popupRender={(menu) => <NamedList label={label}>{menu}</NamedList>} />
}

function NamedList({ label, children }: { label: string; children: ReactNode }) {
  const box = useRef<HTMLDivElement>(null)
  // The list is another element when it was empty before: named anew after each rendering.
  useLayoutEffect(() => box.current?.querySelector('[role="listbox"]')?.setAttribute('aria-label', label))
  return <div ref={box}>{children}</div>
}
