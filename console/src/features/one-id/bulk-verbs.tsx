import { App, Button } from 'antd'
import { Count } from '../../ui/values.tsx'

interface BulkVerb {
  name: string
  /** What is asked before. */
  title: string
  help: string
  decide: () => Promise<unknown>
}

/** Decisions about several rows at once, each asked before. */
export function BulkVerbs({ count, isPending, verbs }: { count: number; isPending: boolean; verbs: readonly BulkVerb[] }) {
  const { modal } = App.useApp()
  const ask = ({ name, title, help, decide }: BulkVerb): void => {
    modal.confirm({ title, content: help, okText: name, autoFocusButton: 'cancel', onOk: () => decide().catch(() => undefined) })
  }
  return (
    <>
      <Count value={count} />
      {verbs.map((verb) => (
        <Button key={verb.name} size="small" loading={isPending} onClick={() => ask(verb)}>
          {verb.name}
        </Button>
      ))}
    </>
  )
}
