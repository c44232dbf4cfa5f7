// Whether the values that an author's schema lets through fit a type of the operation: `never` when they do, else
// a sentence for each misfit, so that the compiler's message is the sentence. Written out by hand because
// assignability alone neither finds unknown members nor says what is wrong in words.
// Where openapi-typescript cannot tell (unions of objects, free-form objects), the types let it pass: load decides.

type Scalar = string | number | boolean | bigint | null | undefined | symbol;

/** The names of declared members: neither index signatures nor the symbols of brands. */
export type Known<T> = keyof {
  [K in keyof T as string extends K ? never : number extends K ? never : K extends symbol ? never : K]: 1;
};

export type IsOpen<T> = string extends keyof T ? true : false;
export type IsUnion<T, Whole = T> = [T] extends [never]
  ? false
  : T extends unknown
    ? [Whole] extends [T]
      ? false
      : true
    : never;
export type IsOptional<T, K extends keyof T> = {} extends Pick<T, K> ? true : false;

/** `type: object` without members comes out as `Record<string, never>`, also as a part of an intersection: any object. */
export type Freed<T> = T extends (infer Rest) & Record<string, never>
  ? unknown extends Rest
    ? Record<string, unknown>
    : Rest
  : T;

/** openapi-typescript writes `readOnly` members as `readonly`; a request does not carry them. */
export type Writable<T> = {
  [K in keyof T as SameType<Pick<T, K>, Readonly<Pick<T, K>>> extends true ? never : K]: T[K];
};
type SameType<A, B> = (<X>() => X extends A ? 1 : 2) extends <X>() => X extends B ? 1 : 2 ? true : false;

/** Sentences about `Given` where `Wanted` is taken, `never` when it fits. `At` names the place: `address.street`. */
export type Misfit<Given, Wanted, At extends string, Depth extends 0[] = []> = unknown extends Wanted
  ? never
  : unknown extends Given
    ? WrongKind<"unknown", Wanted, At>
    : Depth["length"] extends 8 // a recursive schema never ends
      ? never
      : Given extends Scalar
        ? ScalarMisfit<Given, Wanted, At>
        : Given extends readonly unknown[]
          ? FormMisfit<Given, Extract<Wanted, readonly unknown[]>, Wanted, At, Depth>
          : FormMisfit<Given, Exclude<Wanted, Scalar | readonly unknown[]>, Wanted, At, Depth>;

type ScalarMisfit<Given extends Scalar, Wanted, At extends string> = Given extends Wanted
  ? never
  : Given extends string | number
    ? Extract<Wanted, Given extends string ? string : number> extends infer Values extends string | number
      ? [Values] extends [never]
        ? WrongKind<Kind<Given>, Wanted, At>
        : {} extends Record<Given, 1> // true for `string`, branded or not; false for a literal
          ? `'${At}' must be one of the operation's values, the operation does not take every ${Kind<Given>}`
          : `'${At}' may be '${Given}', which the operation does not take`
      : never
    : WrongKind<Kind<Given>, Wanted, At>;

type WrongKind<
  Given extends string,
  Wanted,
  At extends string,
> = `'${At}' must be ${Listed<Kind<Wanted>>}, the operation does not take ${Given}`;

type Kind<T> = T extends string
  ? "string"
  : T extends number
    ? "number"
    : T extends boolean
      ? "boolean"
      : T extends null
        ? "null"
        : T extends undefined
          ? "undefined"
          : T extends bigint
            ? "bigint"
            : T extends readonly unknown[]
              ? "array"
              : "object";

/** "string or null": in a fixed order, because the order of a union is the compiler's own affair. */
type Listed<
  Kinds extends string,
  Order extends string[] = ["string", "number", "boolean", "object", "array", "null"],
  Text extends string = "",
> = Order extends [infer First, ...infer Rest extends string[]]
  ? Listed<Kinds, Rest, First extends Kinds ? (Text extends "" ? First : `${Text} or ${First}`) : Text>
  : Text;

/** An array or object against the forms of it that the operation takes: one of them has to fit. */
type FormMisfit<Given, Forms, Wanted, At extends string, Depth extends 0[]> = [Forms] extends [never]
  ? WrongKind<Kind<Given>, Wanted, At>
  : IsUnion<Forms> extends false
    ? OneFormMisfit<Given, Forms, Known<Freed<Forms>>, At, Depth>
    : true extends Fits<Given, Forms, NamesOfAll<Forms>, Depth>
      ? never
      : `'${At}' fits none of the forms that the operation takes`;

type NamesOfAll<Forms> = Forms extends unknown ? Known<Freed<Forms>> : never;

type Fits<Given, Forms, Names, Depth extends 0[]> = Forms extends unknown
  ? [OneFormMisfit<Given, Forms, Names, "", Depth>] extends [never]
    ? true
    : never
  : never;

/** `Names`: members of any form. `anyOf` takes members of two forms at once, so they are not unknown here. */
type OneFormMisfit<Given, Form, Names, At extends string, Depth extends 0[]> = Given extends readonly unknown[]
  ? Form extends readonly unknown[]
    ? Misfit<Given[number], Form[number], `${At}[]`, [...Depth, 0]>
    : never
  : ObjectMisfit<Given, Writable<Freed<Form>>, Names, At, Depth>;

type ObjectMisfit<Given, Form, Names, At extends string, Depth extends 0[]> =
  UndeclaredMisfit<Given, Form, At, Depth> extends infer Undeclared
    ? [Undeclared] extends [never]
      ? MembersMisfit<Given, Form, Names, At, Depth>
      : Undeclared
    : never;

type MembersMisfit<Given, Form, Names, At extends string, Depth extends 0[]> =
  | MissingMember<Given, Form, At>
  | {
      [K in Known<Given>]-?: K extends Known<Form>
        ? MemberMisfit<Given, Form, K, At, Depth>
        : IsOpen<Form> extends true
          ? Misfit<Exclude<Given[K & keyof Given], undefined>, Form[string & keyof Form], Inside<At, K>, [...Depth, 0]>
          : K extends Names
            ? never
            : NoMember<Inside<At, K>>;
    }[Known<Given>];

type MemberMisfit<Given, Form, K extends keyof Given & keyof Form, At extends string, Depth extends 0[]> =
  | Misfit<Exclude<Given[K], undefined>, Exclude<Form[K], undefined>, Inside<At, K>, [...Depth, 0]>
  | (IsOptional<Given, K> extends true
      ? IsOptional<Form, K> extends true
        ? never
        : IsOptionalHere<Inside<At, K>>
      : never);

/** A record where the operation declares members, or the other way round. */
type UndeclaredMisfit<Given, Form, At extends string, Depth extends 0[]> =
  IsOpen<Given> extends false
    ? never
    : [Given[string & keyof Given]] extends [never] // zod writes an object without members as Record<string, never>
      ? never
      : IsOpen<Form> extends true
        ? Misfit<Given[string & keyof Given], Form[string & keyof Form], `${At}{}`, [...Depth, 0]>
        : `'${At}' takes any member, the operation takes only its own`;

type MissingMember<Given, Form, At extends string> = {
  [K in Known<Form>]-?: K extends Known<Given>
    ? never
    : IsOptional<Form, K & keyof Form> extends true
      ? never
      : `the operation requires '${Inside<At, K>}': add it to '${At}'`;
}[Known<Form>];

type Inside<At extends string, K> = K extends string | number ? `${At}.${K}` : At;

export type NoMember<Name extends string> = `the operation has no member '${Name}'`;
export type IsOptionalHere<Name extends string> = `'${Name}' is optional in input, the operation requires it`;
