/** Where a node stands in what the caller wrote. Whatever lies inside a segment belongs to the node that names the segment. */
export class NodePath {
  readonly text: string
  readonly #isInside: boolean

  constructor(text: string, isInside = false) {
    this.text = text
    this.#isInside = isInside
  }

  step(name: string): NodePath {
    if (this.#isInside) return this
    return new NodePath(this.text === '' ? name : `${this.text}.${name}`)
  }

  inside(): NodePath {
    return new NodePath(this.text, true)
  }
}
