import { Button, Skeleton } from 'antd'
import { deliveryRoutes, failureClassLabels, messageStateLabels, suppressionReasonLabels, type Message } from '../../../../contracts/delivery.ts'
import { usePages } from '../../ui/api.ts'
import { ErrorView } from '../../ui/error-view.tsx'
import { Link } from '../../ui/link.tsx'
import { messageTone } from '../../ui/state-tones.ts'
import { useLocaleText, useText } from '../../ui/text.ts'
import { DateTime, StateTag } from '../../ui/values.tsx'

/** What the person was sent, or spared and why, newest first. */
export function PersonMessages({ personId }: { personId: number }) {
  const text = useText('people')
  const pages = usePages(deliveryRoutes.listMessages, { query: { personId, limit: 20 } })
  if (pages.error) return <ErrorView error={pages.error} retry={pages.retry} />
  if (pages.isLoading) return <Skeleton active />
  if (pages.rows.length === 0) return <p className="faint">{text('messages.none')}</p>
  return (
    <>
      {pages.rows.map((message) => (
        <MessageEntry key={message.messageId} message={message} />
      ))}
      {pages.hasMore && (
        <Button block type="text" loading={pages.isLoadingMore} onClick={pages.loadMore}>
          {text('person.more')}
        </Button>
      )}
      <p className="messages-all">
        <Link to={`/messages?personId=${personId}`}>{text('person.messages')}</Link>
      </p>
    </>
  )
}

function MessageEntry({ message }: { message: Message }) {
  const text = useText('people')
  const pick = useLocaleText()
  const why = message.reason ? pick(suppressionReasonLabels[message.reason]) : message.failureClass ? pick(failureClassLabels[message.failureClass]) : ''
  return (
    <article className="order">
      <header>
        <StateTag tone={messageTone(message.state)} text={[pick(messageStateLabels[message.state]), why].filter(Boolean).join(' · ')} />
        <DateTime at={message.acceptedAt ?? message.plannedAt} />
        {message.campaignId ? <Link to={`/campaigns/${message.campaignId}`}>{message.campaign}</Link> : <span className="faint">{text('messages.test')}</span>}
      </header>
      {message.text !== null && <p className="message-text">{message.text}</p>}
    </article>
  )
}
