import { App } from 'antd'
import type { DecisionOutcome } from '../../../../contracts/one-id.ts'
import { useLocaleText, useText } from '../../ui/text.ts'

/** Says what came of a decision about several: how many went through, and why the others did not. */
export function useDecided(onDone: () => void): (outcome: DecisionOutcome) => void {
  const text = useText('one-id')
  const pick = useLocaleText()
  const { modal } = App.useApp()
  return ({ decided, failed }) => {
    onDone()
    modal[failed.length > 0 ? 'warning' : 'success']({
      title: text('queue.decided', { count: decided }),
      content: failed.map((one) => (
        <div key={one.id}>
          #{one.id} {pick(one)}
        </div>
      )),
    })
  }
}
