import { useSession } from '../../../ui/session-context.ts'
import { ShownOnce } from '../../../ui/shown-once.tsx'
import { useText } from '../../../ui/text.ts'

/** The secret of a new key, the one time it can be read. */
export function SecretShown({ name, secret, onClose }: { name: string; secret: string; onClose: () => void }) {
  const text = useText('settings')
  const { workspace } = useSession()
  const example = `curl -H 'authorization: Bearer ${secret}' ${location.origin}/api/workspaces/${workspace.workspaceId}`
  return (
    <ShownOnce
      title={text('apiKeys.secretTitle', { name })}
      warning={text('apiKeys.secretOnce')}
      label={text('apiKeys.secretTitle', { name })}
      value={secret}
      tryIt={text('apiKeys.tryIt')}
      example={example}
      kept={text('apiKeys.secretKept')}
      onClose={onClose}
    />
  )
}
