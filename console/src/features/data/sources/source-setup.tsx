import { Segmented } from 'antd'
import { useState } from 'react'
import type { Source } from '../../../../../contracts/collect.ts'
import { Copyable } from '../../../ui/copyable.tsx'
import { Panel } from '../../../ui/panel.tsx'
import { useText } from '../../../ui/text.ts'
import { snippet, snippetsOf, type SnippetName } from './source-snippets.ts'

/** How SDKs are set up to send to this source, with this server's address in them. */
export function SourceSetup({ source }: { source: Source }) {
  const text = useText('data')
  const names = snippetsOf(source.kind)
  const [name, setName] = useState<SnippetName>(names[0] ?? 'curl')
  return (
    <Panel title={text('sources.setupTitle')}>
      <p className="faint">{text('sources.setupHelp')}</p>
      <Segmented<SnippetName> value={name} onChange={setName} options={names.map((value) => ({ value, label: text(`sources.sdk.${value}`) }))} />
      <div className="source-snippet">
        <Copyable label={text(`sources.sdk.${name}`)} value={snippet(name, location.origin, text('sources.keyPlaceholder'))} />
      </div>
    </Panel>
  )
}
