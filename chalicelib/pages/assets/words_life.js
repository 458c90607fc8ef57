// Words of how a disclosure came about, in Chinese and English.

export const LIFE = {
  'glass.shown': ['紧急公开：未经他人审批即公开', 'Shown in an emergency, before another person approved it'],
  'glass.owed': ['尚待他人补办审批', 'The approval by another person is still owed'],
  'glass.approved': ['已由他人补办审批', 'Another person has approved it since'],
  'life.superseded': ['已被其他文本替代', 'Another text has taken its place'],
  'life.steps': ['决策程序', 'Steps of the decision'],
  'life.missing': ['尚未完成', 'not on record'],
  'life.proven': ['已完成', 'on record'],
  'life.adopted': ['审定', 'Adopted'],
  'life.exempt': ['此前已经公布，不再要求决策程序', 'It was published before: no steps are demanded'],
  'life.changes': ['第 {to} 版相对第 {from} 版的变化', 'What version {to} changed against version {from}'],
  'act.return': ['退回', 'given back'],
  'act.break_glass': ['紧急公开', 'shown in an emergency'],
  'act.supersede': ['被其他文本替代', 'superseded'],
  'change.added': ['新增', 'added'],
  'change.removed': ['删除', 'removed'],
  'change.changed': ['修改', 'changed'],
};
