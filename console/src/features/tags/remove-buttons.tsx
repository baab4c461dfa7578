import { App, Button, Dropdown, Input, Modal, Alert } from 'antd'
import { useState } from 'react'
import { ProblemError } from '../../../../contracts/client.ts'
import { tagRoutes, type Tag } from '../../../../contracts/tags.ts'
import { useAct, useRead } from '../../ui/api.ts'
import { useGo } from '../../ui/link.tsx'
import { NamedSelect } from '../../ui/named-select.tsx'
import { useLocaleText, useText } from '../../ui/text.ts'

/** What ends a tag: retire it, merge it into another, delete it. */
export function RemoveButtons({ tag }: { tag: Tag }) {
  const text = useText('tags')
  const [isMerging, setMerging] = useState(false)
  const restore = useAct(tagRoutes.restoreTag)
  const retire = useRetire(tag)
  const remove = useRemove(tag)
  return (
    <>
      <Dropdown
        trigger={['click']}
        menu={{
          items: [
            { key: 'merge', label: text('merge.title'), onClick: () => setMerging(true) },
            tag.retiredAt === null
              ? { key: 'retire', label: text('retire.verb'), onClick: () => retire(false) }
              : { key: 'restore', label: text('retire.restore'), onClick: () => restore.mutate({ params: { id: tag.id } }) },
            { key: 'delete', label: text('remove.verb'), danger: true, onClick: remove },
          ],
        }}
      >
        <Button>{text('more')}</Button>
      </Dropdown>
      {isMerging && <MergeDialog tag={tag} onClose={() => setMerging(false)} />}
    </>
  )
}

/** Asks first; when something uses the tag, says what, and asks once more. */
function useRetire(tag: Tag): (confirmUsed: boolean) => void {
  const text = useText('tags')
  const common = useText('common')
  const pick = useLocaleText()
  const { modal } = App.useApp()
  const retire = useAct(tagRoutes.retireTag, { showsErrorItself: true })
  const { message } = App.useApp()
  const run = async (confirmUsed: boolean): Promise<void> => {
    try {
      await retire.mutateAsync({ params: { id: tag.id }, body: { confirmUsed } })
    } catch (error) {
      if (!(error instanceof ProblemError)) return
      if (error.problem.name === 'precondition' && !confirmUsed) ask(true, pick(error.problem))
      else void message.error(pick(error.problem))
    }
  }
  const ask = (confirmUsed: boolean, why?: string): void => {
    modal.confirm({
      title: text('retire.title', { name: tag.name }),
      content: why ?? text('retire.consequence'),
      okText: text(confirmUsed ? 'retire.anyway' : 'retire.verb'),
      cancelText: common('cancel'),
      autoFocusButton: 'cancel',
      onOk: () => run(confirmUsed),
    })
  }
  return ask
}

function useRemove(tag: Tag): () => void {
  const text = useText('tags')
  const common = useText('common')
  const go = useGo()
  const { modal } = App.useApp()
  const remove = useAct(tagRoutes.deleteTag, { done: text('remove.started'), onDone: () => go('/tags') })
  return () => {
    modal.confirm({
      title: text('remove.title', { name: tag.name }),
      content: text('remove.consequence', { count: tag.people }),
      okText: text('remove.verb'),
      okButtonProps: { danger: true },
      cancelText: common('cancel'),
      autoFocusButton: 'cancel',
      onOk: () => remove.mutateAsync({ params: { id: tag.id }, body: { confirmPeople: tag.people } }).catch(() => undefined),
    })
  }
}

function MergeDialog({ tag, onClose }: { tag: Tag; onClose: () => void }) {
  const text = useText('tags')
  const common = useText('common')
  const pick = useLocaleText()
  const go = useGo()
  const [intoId, setIntoId] = useState<string>()
  const [value, setValue] = useState(tag.name)
  const tags = useRead(tagRoutes.listTags, { query: { state: 'active' } })
  const merge = useAct(tagRoutes.mergeTags, { showsErrorItself: true, done: text('merge.started'), onDone: (action) => go(`/tags/${intoId ?? action.tagId}`) })
  const others = tags.data?.items.filter((other) => other.id !== tag.id && (tag.kind === 'flag' || other.kind === 'value')) ?? []
  const into = others.find((other) => other.id === intoId)
  const needsValue = tag.kind === 'flag' && into?.kind === 'value'
  return (
    <Modal
      open
      title={text('merge.title')}
      okText={text('merge.verb')}
      okButtonProps={{ disabled: !into || (needsValue && value.trim() === '') }}
      cancelText={common('cancel')}
      confirmLoading={merge.isPending}
      onCancel={onClose}
      onOk={() => into && merge.mutate({ params: { id: tag.id }, body: { intoId: into.id, ...(needsValue ? { value: value.trim() } : {}) } })}
    >
      {merge.error instanceof ProblemError && <Alert type="error" showIcon title={pick(merge.error.problem)} className="form-error" />}
      <p className="faint">{text('merge.lead', { name: tag.name, count: tag.people })}</p>
      <NamedSelect<string>
        label={text('merge.into')}
        placeholder={text('merge.into')}
        style={{ width: '100%' }}
        showSearch={{ optionFilterProp: 'label' }}
        value={intoId}
        onChange={setIntoId}
        options={others.map((other) => ({ value: other.id, label: other.name }))}
      />
      {needsValue && (
        <label className="merge-value">
          {text('merge.value')}
          <Input value={value} maxLength={100} onChange={(event) => setValue(event.target.value)} />
        </label>
      )}
    </Modal>
  )
}
