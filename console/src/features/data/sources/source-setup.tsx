import { Tabs } from 'antd'
import type { Source } from '../../../../../contracts/collect.ts'
import { Copyable } from '../../../ui/copyable.tsx'
import { Panel } from '../../../ui/panel.tsx'
import { useText } from '../../../ui/text.ts'
import { snippet, snippetsOf } from './source-snippets.ts'

/** How SDKs are set up to send to this source, with this server's address in them. */
export function SourceSetup({ source }: { source: Source }) {
  const text = useText('data')
  return (
    <Panel title={text('sources.setupTitle')}>
      <p className="faint">{text('sources.setupHelp')}</p>
      <Tabs
        size="small"
        items={snippetsOf(source.kind).map((name) => ({
          key: name,
          label: text(`sources.sdk.${name}`),
          children: <Copyable label={text(`sources.sdk.${name}`)} value={snippet(name, location.origin, text('sources.keyPlaceholder'))} />,
        }))}
      />
    </Panel>
  )
}
