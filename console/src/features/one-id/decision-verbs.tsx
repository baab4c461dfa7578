import { useKeys } from './use-keys.ts'

interface DecisionVerb {
  name: string
  help: string
  /** Undefined while it cannot be done. */
  act: (() => void) | undefined
}

/** What can be decided about the open row; the keys 1, 2, … do the same. */
export function DecisionVerbs({ verbs }: { verbs: readonly DecisionVerb[] }) {
  useKeys(Object.fromEntries(verbs.map(({ act }, index) => [String(index + 1), act])))
  return (
    <div className="decision-verbs">
      {verbs.map(({ name, help, act }, index) => (
        <button key={name} type="button" className="decision-verb" disabled={act === undefined} onClick={act}>
          <kbd>{index + 1}</kbd>
          <b>{name}</b>
          <small>{help}</small>
        </button>
      ))}
    </div>
  )
}
