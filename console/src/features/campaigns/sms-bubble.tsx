/** An SMS as it looks on a phone. */
export function SmsBubble({ text }: { text: string }) {
  return <div className="sms-bubble">{text}</div>
}
