/// Stops the program where a caller broke the rules of an operation, such as shapes that do not
/// fit.
///
/// Unlike `precondition`, it prints the message in optimised builds too.
package func require(
    _ condition: Bool, _ message: @autoclosure () -> String, file: StaticString = #fileID,
    line: UInt = #line
) {
    if !condition { fatalError(message(), file: file, line: line) }
}
