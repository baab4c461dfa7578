import { App, Button } from 'antd'
import { ProblemError } from '../../../../contracts/client.ts'
import { catalogueRoutes, type AttributeDefinition } from '../../../../contracts/catalogue.ts'
import { useAct } from '../../ui/api.ts'
import { useLocaleText, useText } from '../../ui/text.ts'

/** Retires an attribute, with a second question when something uses it; or brings one back. */
export function RetireField({ field }: { field: AttributeDefinition }) {
  const text = useText('catalogue')
  const common = useText('common')
  const pick = useLocaleText()
  const { modal, message } = App.useApp()
  const retire = useAct(catalogueRoutes.retireAttribute, { showsErrorItself: true })
  const restore = useAct(catalogueRoutes.restoreAttribute)
  const run = async (confirmUsed: boolean): Promise<void> => {
    try {
      await retire.mutateAsync({ params: { key: field.key }, body: { confirmUsed } })
    } catch (error) {
      if (!(error instanceof ProblemError)) return
      if (error.problem.name === 'precondition' && !confirmUsed) ask(true, pick(error.problem))
      else void message.error(pick(error.problem))
    }
  }
  const ask = (confirmUsed: boolean, why: string): void => {
    modal.confirm({
      title: text('retire.title', { name: pick(field.label) }),
      content: why,
      okText: text(confirmUsed ? 'retire.anyway' : 'retire.verb'),
      cancelText: common('cancel'),
      autoFocusButton: 'cancel',
      onOk: () => run(confirmUsed),
    })
  }
  if (field.retiredAt !== null)
    return (
      <Button className="foot-left" loading={restore.isPending} onClick={() => restore.mutate({ params: { key: field.key } })}>
        {text('retire.restore')}
      </Button>
    )
  return (
    <Button className="foot-left" type="text" danger onClick={() => ask(false, text('retire.consequence'))}>
      {text('retire.verb')}
    </Button>
  )
}
