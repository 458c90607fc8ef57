// The words of looking for records, and of checking the register: [Chinese, English].

export const SEARCH = {
  'search': ['检索', 'Search'],
  'search.disclosures': ['标题、文号或正文中的词', 'Words in titles, numbers or texts'],
  'search.services': ['事项名称、条件、材料中的词', 'Words in names, conditions or materials'],
  'search.subtree': ['连同其下各机关', 'with all agencies below it'],
  'search.found': ['共 {n} 条', '{n} found'],
  'search.found.one': ['共 1 条', '1 found'],
  'search.any_kind': ['不限种类', 'any kind'],
  'search.by.category': ['按类别', 'By category'],
  'search.by.agency': ['按机关', 'By agency'],
  'search.by.service_kind': ['按种类', 'By kind'],
};
