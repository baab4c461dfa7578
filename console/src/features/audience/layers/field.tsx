import { Form } from 'antd'
import type { ReactNode } from 'react'

/** A labelled field whose value the caller holds. */
export function Field({ label, help, children }: { label: string; help?: string; children: ReactNode }) {
  return (
    <Form.Item label={label} extra={help} layout="vertical">
      {children}
    </Form.Item>
  )
}
