import { Alert, Button, Modal } from 'antd'
import { Copyable } from '../../../ui/copyable.tsx'
import { useSession } from '../../../ui/session-context.ts'
import { useText } from '../../../ui/text.ts'

/** The secret of a new key, the one time it can be read. */
export function SecretShown({ name, secret, onClose }: { name: string; secret: string; onClose: () => void }) {
  const text = useText('settings')
  const { workspace } = useSession()
  const example = `curl -H 'authorization: Bearer ${secret}' ${location.origin}/api/workspaces/${workspace.workspaceId}`
  return (
    <Modal
      open
      width={680}
      title={text('apiKeys.secretTitle', { name })}
      closable={false}
      keyboard={false}
      mask={{ closable: false }}
      footer={
        <Button type="primary" onClick={onClose}>
          {text('apiKeys.secretKept')}
        </Button>
      }
    >
      <div className="secret-shown">
        <Alert type="warning" showIcon title={text('apiKeys.secretOnce')} />
        <Copyable label={text('apiKeys.secretTitle', { name })} value={secret} />
        <p>{text('apiKeys.tryIt')}</p>
        <Copyable label={text('apiKeys.tryIt')} value={example} />
      </div>
    </Modal>
  )
}
