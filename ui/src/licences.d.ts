declare module 'virtual:licences' {
  export const licences: import('../licences.ts').Licences;
}
