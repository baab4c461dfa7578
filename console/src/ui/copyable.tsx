import { CheckOutlined, CopyOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useState } from 'react'
import { useText } from './text.ts'
import { writeClipboard } from './write-clipboard.ts'

/** Text to take along: a key, a command. */
export function Copyable({ value, label }: { value: string; label: string }) {
  const text = useText('common')
  const [copied, setCopied] = useState(false)
  const copy = async (): Promise<void> => {
    await writeClipboard(value)
    setCopied(true)
    setTimeout(() => setCopied(false), 2000)
  }
  return (
    <div className="copyable">
      <pre aria-label={label}>{value}</pre>
      <Button size="small" icon={copied ? <CheckOutlined /> : <CopyOutlined />} onClick={() => void copy()}>
        {copied ? text('copied') : text('copy')}
      </Button>
    </div>
  )
}
