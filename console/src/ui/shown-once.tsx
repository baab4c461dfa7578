import { Alert, Button, Modal } from 'antd'
import { Copyable } from './copyable.tsx'

interface Props {
  title: string
  warning: string
  /** What the value is called. */
  label: string
  value: string
  tryIt: string
  /** A command to try it, ready for a terminal. */
  example: string
  /** The words of the only way out. */
  kept: string
  onClose: () => void
}

/** A secret, the one time it can be read: nothing closes it by accident. */
export function ShownOnce({ title, warning, label, value, tryIt, example, kept, onClose }: Props) {
  return (
    <Modal
      open
      width={680}
      title={title}
      closable={false}
      mask={{ closable: false }}
      keyboard={false}
      footer={
        <Button type="primary" onClick={onClose}>
          {kept}
        </Button>
      }
    >
      <div className="shown-once">
        <Alert type="warning" showIcon title={warning} />
        <Copyable label={label} value={value} />
        <p>{tryIt}</p>
        <Copyable label={tryIt} value={example} />
      </div>
    </Modal>
  )
}
