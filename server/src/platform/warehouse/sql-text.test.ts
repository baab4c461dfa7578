import { describe, expect, it } from 'vitest'
import { checkStatement, checkTableName, splitStatements } from './sql-text.ts'

describe('splitStatements', () => {
  it('splits at semicolons outside of quotes and comments', () => {
    const file = `-- first; comment
      create table a (x String default 'a;b''c\\';d'); /* ; */
      # another; comment
      insert into a values ("q;", \`w;\`, $$ e; $$, $tag$ ; $tag$);;
      select 1 -- last; comment`
    expect(splitStatements(file)).toEqual([
      `create table a (x String default 'a;b''c\\';d')`,
      'insert into a values ("q;", `w;`, $$ e; $$, $tag$ ; $tag$)',
      'select 1',
    ])
  })

  it('answers nothing for a file of comments', () => {
    expect(splitStatements('-- nothing;\n/* at; all */ ;')).toEqual([])
  })

  it('takes a minus and a slash that begin no comment for what they are', () => {
    expect(splitStatements('select 3 - 1 / 2; select 1')).toEqual(['select 3 - 1 / 2', 'select 1'])
  })
})

describe('checkStatement', () => {
  it('drops one closing semicolon and refuses any other', () => {
    expect(checkStatement(' select 1; ', {})).toBe('select 1')
    expect(() => checkStatement('select 1; select 2', {})).toThrow('more than one statement')
    expect(() => checkStatement(`select ';' /* ; */; drop table x`, {})).toThrow('more than one statement')
  })

  it('asks for a value for every slot, but not for what only looks like one', () => {
    expect(checkStatement(`select {a:UInt8}, '{b:String}', { c : Array(UInt8) }`, { a: 1, c: [] })).toContain('{a:UInt8}')
    expect(() => checkStatement('select {a:UInt8}', {})).toThrow('{a}')
    expect(() => checkStatement('select {a:UInt8}', { toString: 1 })).toThrow('{a}')
    expect(() => checkStatement('select {toString:UInt8}', {})).toThrow('{toString}')
  })
})

describe('checkTableName', () => {
  it('takes names of tables and nothing else', () => {
    expect(checkTableName('events')).toBe('events')
    expect(checkTableName('hongyan.events_2')).toBe('hongyan.events_2')
    for (const name of ['', 'a b', 'a;b', 'a`', "a'", 'a.b.c', '1a', 'a\n', '人']) expect(() => checkTableName(name)).toThrow('Not a name')
  })
})
