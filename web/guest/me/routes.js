// Which page of this area stands where.
export const ROUTES = [];
