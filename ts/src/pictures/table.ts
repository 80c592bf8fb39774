/** The figures of a picture as a table, for readers and programs that do not see it. */
export interface PictureTable {
  readonly columns: readonly { readonly title: string; readonly numeric?: true }[];
  readonly rows: readonly (readonly string[])[];
}
