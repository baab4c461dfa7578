import type { Source } from '../../../../../contracts/collect.ts'
import { ShownOnce } from '../../../ui/shown-once.tsx'
import { useText } from '../../../ui/text.ts'
import { curlExample, snippet } from './source-snippets.ts'

/** What `WriteKeyShown` shows: a source with the key it was just given. */
export interface ShownKey extends Pick<Source, 'name' | 'kind'> {
  writeKey: string
}

/** The write key, the one time it can be read, with a way to try it. */
export function WriteKeyShown({ name, kind, writeKey, onClose }: ShownKey & { onClose: () => void }) {
  const text = useText('data')
  return (
    <ShownOnce
      title={text('sources.keyTitle', { name })}
      warning={text('sources.keyOnce')}
      label={text('sources.writeKey')}
      value={writeKey}
      tryIt={kind === 'sensors' ? text('sources.sdk.sensorsWeb') : text('sources.tryIt')}
      example={kind === 'sensors' ? snippet('sensorsWeb', location.origin, writeKey) : curlExample(location.origin, writeKey)}
      kept={text('sources.keyKept')}
      onClose={onClose}
    />
  )
}
